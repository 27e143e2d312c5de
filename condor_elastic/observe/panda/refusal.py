"""Why a PanDA server refuses a token, for people, and no word of the token in anything that is said.

The texts are those of pandaserver/srvcore/panda_request.py and oidc_utils.py, seen on panda-server 1.0.4; they come as
plain text with HTTP status 403, before the call is looked at.
"""

from __future__ import annotations

import re

from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.answer import START

OK = 200
REFUSED = (401, 403)
PIECE = 8
"""So many letters in a row that stand in a token as well are a piece of it."""
SHOWN = 4096
TRACEBACK = "Traceback (most recent call last)"


def refusal(account: Account, status: int, text: str) -> str:
    """Say why a token was refused, from the text of the server's answer."""
    origin = f"{account.knob('ORIGIN')}={account.origin}"
    if "Signature has expired" in text:
        return f"the server says that {account.credential} is expired"
    if not account.origin:
        return f"{account.knob('ORIGIN')} is empty; set it to VO or VO:role, which the server wants beside a token"
    group = re.search(r"Not a member of the (\S{1,80}) group", text)
    if group:
        return f"{account.credential} is of somebody who lacks the group {group[1]}, which {origin} asks for"
    vo = re.search(r"Unknown vo : (\S{1,80})", text)
    if vo:
        return f"the server knows no VO {vo[1]}, which {origin} names"
    if "cannot extract client_id" in text or "audience" in text.lower():
        return f"the server knows no client that {account.credential} is for, by its aud, client_id or sub"
    return f"the server refused {account.credential}: {said(status, text)}"


def said(status: int, text: str) -> str:
    """Give an HTTP status with the beginning of the text that came with it, but no traceback of the server's."""
    return f"HTTP status {status}: {text.split(TRACEBACK)[0].strip()[:START]!r}"


def hidden(text: str, token: str) -> str:
    """Put … where the token, or a piece of it, stands in a text, of which the beginning is kept."""
    text = (text.replace(token, "…") if token else text)[:SHOWN]
    pieces = {token[i : i + PIECE] for i in range(len(token) - PIECE + 1)}
    told, at = "", 0
    while at < len(text):
        if text[at : at + PIECE] not in pieces:
            told, at = told + text[at], at + 1
            continue
        while text[at : at + PIECE] in pieces:
            at += 1
        told, at = told + "…", at + PIECE - 1
    return told
