"""The console at /console: pages for the people of a call centre, made of nothing but answers of the HTTP API."""
