from . import allocation, months, whale
