from . import scores, text
