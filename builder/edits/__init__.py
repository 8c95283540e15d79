"""One pure function per gesture: a definition in, a new definition out; nothing here touches a database."""
