"""The bundled client, ``chatc``: it obeys the four codes, and imports only ``wire`` and ``chat`` of the server."""
