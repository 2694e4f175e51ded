"""What the commands do, one file per group; which there are and how they are called is one table, `server.main.command_table`."""
