from . import qr, recovery, scores, text
