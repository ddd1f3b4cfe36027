"""The one exception of the embedded servers: a sentence a station can act on."""


class Trouble(Exception):
    """Something outside carenet is in the way; the message says what, and what to do next.

    Commands print it as one line and end, without a traceback.
    """
