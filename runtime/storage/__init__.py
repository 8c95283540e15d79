"""Where everything lies: the database, its tables, published versions and the live snapshot."""
