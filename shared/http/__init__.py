"""HTTP for every service: the app, its health, bodies, paging, signed pushes. Knows no business word."""
