"""The pages of the console. Most are data: a file with a `PAGE` made of the pieces in `specs`, and a line in `table`.

A new page about a list of things: write `app/pages/<noun>.py` with columns, filters, actions and forms, add it to `table.PAGES`,
and its texts to the catalogues. A page that no list can be is a `Custom` with a widget of its own and a presenter without widgets.

specs       what a page is made of, as data
context     what a page gets: the appliance, the pool, the look, a way to say something
listing     the presenter of a list: what to read, what to show, no widget
list_view   the widget of a list: filters, table, drawer
acting      carries out an action: form, confirmation, request, secret, undo
page        the frame around one or several views
table       every page there is
"""
