"""HTTP for every service: app, health, body limit, paging, signed pushes. Must not know business terms."""
