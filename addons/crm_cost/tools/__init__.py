from . import allocation, closing, months, sheet, whale
