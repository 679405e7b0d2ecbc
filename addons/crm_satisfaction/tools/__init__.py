from . import answer_file, recovery, scores, trend_chart
