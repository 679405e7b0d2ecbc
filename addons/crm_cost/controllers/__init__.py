from . import agreement, main
