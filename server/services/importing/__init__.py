"""Importing: from the rows of a file to records, each with its event, audit entry and deliveries.

* ImportOptions: what whoever imports may choose (options)
* draft_plan, compile_plan: the layout, mapping and conventions that an import goes by, decided at its start (plan)
* Match: which record a row is about (matching)
* References: names, domains and e-mail addresses as ids of records (references)
* Rehearsal: what earlier rows of a dry run would have done (rehearsal)
* Writer: one row as one change, or the reasons why not (writer)
* run_import: the job, batch after batch, each in a brief transaction with its progress (job)
"""
