from . import allocation, closing, months, reciprocal, sheet, spans, statement, time_equation, whale
