from . import periods, qr, quiet, recovery, sampling, scores, text
