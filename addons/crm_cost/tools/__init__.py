from . import allocation, months, reciprocal, time_equation, whale
