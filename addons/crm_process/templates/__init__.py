"""What the starter processes say, as plain data; the wizard makes ordinary records of it."""

from . import consultancy, trading

#: Key, label and text of each template, in the order in which they are offered.
TEMPLATES = {"trading": trading.PROCESS, "consultancy": consultancy.PROCESS}
