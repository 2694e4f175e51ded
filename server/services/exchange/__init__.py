"""Tables in and out: how a file is laid out, its rows one by one, and their cells as values of the API; no row is ever lost in silence.

The way of an import, each step usable by itself:

    detect_layout(path)                    encoding, format, delimiter, header, each with confidence and reason   detect
    read_sample(path, layout)              columns and the first thousand rows                                    readers
    hints_of(resource, custom)             the fields that columns may feed                                       fields
    suggest(columns, fields, samples)      which column feeds which field                                         mapping
    infer_convention(kind, samples, ...)   day or month first, comma or point, per column                         conventions
    open_rows(path, layout)                Row or RowError, in constant memory                                    readers
    Mapper(mapping, fields, ...).apply     nested body, or row errors                                             mapper
    ErrorsFile(path, columns)              what was refused, and why, for download                                errors_file

Terms: a *layout* is how a file is written; a *finding* what was detected, with its confidence; a *convention* how one column
writes numbers and dates; a *field hint* a field that a column may feed; a *sample* the beginning of a table.
"""
