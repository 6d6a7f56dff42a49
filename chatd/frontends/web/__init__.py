"""The web frontend: a page that is a full client, WebSockets for programs, and files by HTTP, on one port."""
