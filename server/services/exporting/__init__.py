"""Exporting: from records, or the rows of any table, to a file of each format, piece by piece in constant memory.

* Column, Table: what a table shows and how a document becomes its cells (columns)
* csv_file, jsonl_file, xml_file, workbook_file, pdf_file: each `write(table, batches)` yields the bytes of a file
* FORMATS: the formats by name, with media type and writer (formats)
* Walk: the records that a question finds, a few hundred at a time (walk)
"""
