"""`from carenet.exports import actions as exports` and then `exports.ask(...)`."""

from carenet.exports.actions.asking import ask, facts_of, withdraw
from carenet.exports.actions.deciding import approve, make_again, refuse
from carenet.exports.actions.making import fetch, tidy

__all__ = ["approve", "ask", "facts_of", "fetch", "make_again", "refuse", "tidy", "withdraw"]
