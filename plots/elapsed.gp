# Shows how long each cell took, on the left, by bars from zero, which are the only
# honest bars: the downloads, and pale behind them what set-up and clean-up add.
# The order and the figures are those of the table, by the total. On the right:
# how far the downloads are above the cell's ideal, where strategies of one
# concurrency differ. Reads elapsed.csv. To be read after
# common.gp.
file = "elapsed.csv"
stats file using "elapsed_ms" nooutput name "TIME"
stats file using "valid" nooutput name "VALID"
stats file using "unwitnessed" nooutput name "UNWITNESSED"
stats file using "requests" nooutput name "ITEMS"
stats file using "cells" nooutput name "CELLS"
stats file using "failing" nooutput name "FAILING"
stats file using (number("total_low_ms") == number("total_low_ms")) nooutput \
	name "WHISKER"
# Without a witness nobody knows the delays, and with them the ideal.
stats file using (number("ideal_ms") == number("ideal_ms")) nooutput \
	name "ANY_IDEAL"
longest(unused) = max(max(number("elapsed_ms"), number("total_ms")), \
	number("total_high_ms"))
stats file using (longest(0)) nooutput name "LONG"
# Where a point or its whisker ends; a function needs an argument.
farthest(unused) = max(number("above_percent"), number("above_high_percent"))
# Where the server has no delay the ideal is nothing, and nothing is above it.
stats file using (max(0, farthest(0))) nooutput name "ABOVE"
stats file using (farthest(0) == farthest(0)) nooutput name "ANY_ABOVE"

rows = TIME_records
# Names in lines of at most so many characters, and the place these take.
name(unused) = folded(text("cell"), 40)
stats file using (widest_of(name(0))) nooutput name "NAME"
stats file using (lines_of(name(0))) nooutput name "LINES"
row = max(34, 18 * LINES_max + 6)
left = max(0.15, (CHARACTER * NAME_max + 20) / 900)
middle = left + 0.6 * (0.975 - left)
row_at(i) = -i
bar = 0.31 * 34 / row # half a bar's height, and an ideal's
mark = 0.42 * 34 / row
several(least, most, what) = (least == most ? "" : sprintf("%d to ", least)) \
	. sprintf("%d %s%s", most, what, most == 1 ? "" : "s")

# Text from a column into a variable: what all cells have in common.
work = ""
set table $unused
plot file using (work = text("work"), $0 + 1):($0 + 1) with points
unset table

about = folded(sprintf("Median of %s", several(VALID_min, VALID_max, \
	UNWITNESSED_max > 0 ? "unwitnessed trial" : "valid trial")) \
	. (WHISKER_max > 0 ? "; whiskers: its 95 % interval" \
	: "; too few for an interval") . (rows < 2 ? "" \
	: "; ordered by total time, as the table") \
	. of_all(rows, CELLS_max, "cells") . (FAILING_max == 0 ? "" \
	: sprintf("; %d left out: too many failed requests", FAILING_max)), \
	SUBTITLE) . (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
above = 78.0 + PITCH * lines_of(about)
height = above + 60 + row * rows

# What a bar and its point say to a reader who points at them.
says(unused) = text("cell") . ": total " . interval(number("total_ms"), \
	number("total_low_ms"), number("total_high_ms")) . ", elapsed " \
	. interval(number("elapsed_ms"), number("low_ms"), number("high_ms")) \
	. (ANY_IDEAL_max > 0 ? ", ideal " . figure(number("ideal_ms")) . " ms" : "")

eval open(900, height)
set multiplot

set yrange [-rows + 0.45 : 0.55]
set tmargin at screen 1 - above / height
set bmargin at screen 60.0 / height
set grid x back linecolor rgb PALE linetype 1 linewidth 0.7
set ytics scale 0 textcolor rgb INK

set label 1 sprintf("How long do %s take%s?", \
	several(ITEMS_min, ITEMS_max, "download"), ANY_IDEAL_max > 0 \
	? ", and how close is that to the ideal" : "") \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about \
	at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
# Wide names leave less room than the legend takes.
key_at = min(left, middle - 0.45)
y = "graph 1 offset 0, 0.8"
eval legend(3, key_at, y, SQUARE, SKY, "downloads (elapsed)")
eval legend(5, key_at + 0.185, y, SQUARE, SHADE, "set-up and clean-up")
eval legend(4, key_at + 0.37, y, LINE, VERMILION, \
	ANY_IDEAL_max > 0 ? "ideal" : "")
set lmargin at screen left
set rmargin at screen middle - 0.02
pixels = 900 * (middle - 0.02 - left)
reach = beside(LONG_max, figure(LONG_max), pixels)
set xrange [0 : reach]
set xtics apart(reach, pixels) textcolor rgb GREY
set xlabel "total time, ms" textcolor rgb GREY
plot \
	file using (0.5 * number("total_ms")):(row_at($0)): \
		(0.5 * number("total_ms")):(0.8 * bar) \
		with boxxyerror fillstyle solid noborder linecolor rgb SHADE \
		notitle, \
	file using (0.5 * number("elapsed_ms")):(row_at($0)): \
		(0.5 * number("elapsed_ms")):(bar):yticlabels(name(0)) \
		with boxxyerror fillstyle solid noborder linecolor rgb SKY \
		notitle, \
	file using "ideal_ms":(row_at($0) - mark):(0):(2 * mark) \
		with vectors nohead linewidth 2 linecolor rgb VERMILION \
		notitle, \
	file using "total_low_ms":(row_at($0)): \
		(number("total_high_ms") - number("total_low_ms")):(0) \
		with vectors nohead linewidth 2 linecolor rgb INK notitle, \
	file using (longest(0)):(row_at($0)):(figure(number("total_ms"))) \
		with labels left offset 0.7, 0 textcolor rgb INK notitle, \
	for [s = 1 : SPOTS] file using (0.5 * number("total_ms")): \
		(row_at($0)):(says(0)) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle

unset label 1
unset label 2
do for [l in "4 5 503 504 505"] { unset label int(l) }
set label 3 ANY_ABOVE_max > 0 ? "downloads: time above the ideal" \
	: ANY_IDEAL_max > 0 ? "no delay, no ideal to be above" \
	: "no ideal: the server's delays are unknown" \
	at graph 0, graph 1 textcolor rgb INK
set lmargin at screen middle + 0.02
set rmargin at screen 0.975
set ytics format ""
widest = ABOVE_max > 0 ? ABOVE_max : 1
pixels = 900 * (0.975 - middle - 0.02)
percent(x) = sprintf(x < 1000 ? "%.1f %%" : "%.0f %%", x)
reach = beside(widest, percent(widest), pixels)
set xrange [0 : reach]
set xtics apart(reach, pixels)
set xlabel "above the ideal, %"
plot \
	file using (ANY_IDEAL_max > 0 ? 0 : NaN):(row_at($0) - mark):(0):(2 * mark) \
		with vectors nohead linewidth 2 linecolor rgb VERMILION \
		notitle, \
	file using "above_low_percent":(row_at($0)): \
		(number("above_high_percent") - number("above_low_percent")):(0) \
		with vectors nohead linewidth 2 linecolor rgb INK notitle, \
	file using "above_percent":(row_at($0)) \
		with points pointtype 7 pointsize 0.7 linecolor rgb BLUE \
		notitle, \
	file using (farthest(0)):(row_at($0)): \
		(percent(number("above_percent"))) \
		with labels left offset 0.7, 0 textcolor rgb INK notitle
unset multiplot
