from . import recovery, scores, text
