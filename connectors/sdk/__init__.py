"""What a connector is written with: declare what is data, write what is behaviour, own nothing.

A connector opens no socket, touches no database, never sleeps, logs nothing and never sees a refresh token. It *yields* values and
whoever drives it (the engine; in tests a loop of ten lines) does the rest. **The protocol:**

    steps = connector.import_data("contacts", cursor)       # or initialize, test_connection, export_data, fields, options, dispose …
    item = next(steps)
    while True:
        if isinstance(item, Request):                       # please send this, and give me what came back
            response = send(absolute(item, connector.address))
            error = connector.explain(item, response)       # None, or one of the six errors: 200 with ok:false is an error too
            item = steps.throw(error) if error else steps.send(response)
        else:                                               # Page, Outcome, Account, Subscription, Field, Option: keep it, then go on
            commit(item)
            item = next(steps)                              # StopIteration ends the run

What the driver owes a connector

* `bind(context)` comes first: config, fields of the token's answer, the address of its hook, the time. `initialize` binds and makes ready.
* `Later` is the driver's own affair: wait or reschedule, then send the same request again. It is thrown in only when the driver gives up.
  The other five are thrown in at the `yield`, so that `try: response = yield request / except CursorExpired:` reads as it happens.
* A Page and its cursor are committed together. `cursor` is JSON that only the connector understands, None at the very first time; a run may
  be dropped after any committed page and resumed from its cursor. `begins` opens a listing of a whole partition: rows that were there and
  are in no page until `ends` are gone, where the resource's `deletes` say that absence means so. `restart` says why a listing had to begin anew.
* A Record with a `problem` is quarantined, the others of its page are stored.
* Each Change given to `export_data` gets exactly one Outcome with the same key, or the error that ended the run.
* `webhook(call)` is called with what was verified by the scheme that the manifest names, and refuses whatever carries no such proof.

Where things are: `request` Request and Response · `values` everything else that is handed over · `errors` the six · `connector` the class ·
`resource` what a noun declares · `pager` `cursor` `deletes` the strategies · `auth` `limits` `signature` values that the driver applies ·
`manifest` the reader of manifest.toml, which imports no connector · `declared` a connector without Python · `reading` the run that a
resource declares · `mapping` field maps · `operation` what else a vendor can be asked to do · `migration` state from version to version ·
`descriptions` and `drafting` a folder made of a vendor's OpenAPI document.
"""
