"""Google Calendar: the events of the calendars of one account, both ways."""
