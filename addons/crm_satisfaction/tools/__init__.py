from . import answer_file, periods, qr, quiet, recovery, sampling, scores, text, trend, trend_chart
