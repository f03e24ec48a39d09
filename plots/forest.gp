# Shows what a check measured: the change of head against base in each row, with its
# interval, beside the margin above which it is a regression. Reads forest.csv. To
# be read after common.gp.
file = "forest.csv"
stats file using "row" nooutput name "ROW"
stats file using "rows" nooutput name "ROWS"
stats file using (min(number("change_percent"), number("low_percent"))) \
	nooutput name "LOW"
stats file using (max(number("change_percent"), number("high_percent"))) \
	nooutput name "HIGH"
stats file using "margin_percent" nooutput name "MARGIN"
stats file using (strlen(clip(text("cell"), 46))) nooutput name "NAME"
stats file using "blocks" nooutput name "BLOCKS"
rows = int(ROW_records)
base = ""
head = ""
suite = ""
outcome = ""
shared = ""
set table $unused
plot file using (base = text("base"), head = text("head"), \
	suite = text("suite"), outcome = text("outcome"), shared = text("shared"), \
	$0 + 1):($0 + 1) \
	with points
unset table
array said[rows]
set table $unused
plot file using (said[$0 + 1] = sprintf("%+.1f %% ", \
	number("change_percent")) . text("verdict"), $0 + 1):($0 + 1) with points
unset table
about = folded((BLOCKS_min == BLOCKS_max ? sprintf("%d blocks", BLOCKS_max) \
	: sprintf("%d to %d blocks", BLOCKS_min, BLOCKS_max)) \
	. "; whiskers: the interval of the change; | the margin; full: gated," \
	. " hollow: informative, triangle: a copy of base" \
	. (rows >= ROWS_max ? "" : sprintf("; rows without a ratio, or beyond" \
	. " the first 100: %d", ROWS_max - rows)), SUBTITLE) \
	. "\nbase " . clip(base, 50) . ", head " . clip(head, 50) . ", suite " \
	. clip(suite, 30) . (shared eq "" ? "" \
	: "\nall rows: " . clip(shared, 100))
above = 74.0 + PITCH * lines_of(about)
height = above + 60 + 30 * rows
eval open(900, height)
set border 1
set xrange [1.15 * min(LOW_min, -0.2 * MARGIN_max) - 0.5 : \
	1.15 * max(HIGH_max, 1.2 * MARGIN_max) + 0.5]
set yrange [-rows + 0.4 : 0.6]
set grid x back linecolor rgb PALE linetype 1 linewidth 0.7
set xtics format "%+.0f %%" textcolor rgb GREY
set ytics scale 0 textcolor rgb INK
set xlabel "change from base to head, % (right is slower or more)" \
	textcolor rgb GREY
set tmargin at screen 1 - above / height
set bmargin at screen 60.0 / height
set lmargin at screen max(0.15, (7.6 * NAME_max + 20) / 900)
set rmargin at screen 0.8
unset key
set label 1 "Did head become slower than base? " . outcome \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
set arrow 1 from 0, graph 0 to 0, graph 1 nohead back linewidth 1.5 \
	linecolor rgb GREY
y(i) = -i
do for [i = 1 : rows] {
	set label 10 + i said[i] at graph 1, first 1 - i offset 1, 0 \
		textcolor rgb INK
}
at(role, x) = text("role") eq role ? x : NaN
# Worse, better, and neither.
ink(unused) = text("verdict") eq "REGRESSED" ? 0xD55E00 \
	: text("verdict") eq "IMPROVED" ? 0x009E73 \
	: text("verdict") eq "PASS" ? 0x0072B2 : 0x767676
plot file using "margin_percent":(y($0) - 0.35):(0):(0.7) \
		with vectors nohead linewidth 2.5 linecolor rgb VERMILION notitle, \
	file using "low_percent":(y($0)): \
		(number("high_percent") - number("low_percent")):(0):(ink(0)) \
		with vectors nohead linewidth 2 linecolor rgb variable notitle, \
	file using (at("gated", number("change_percent"))):(y($0)):(ink(0)): \
		yticlabels(clip(text("cell"), 46)) with points pointtype 7 \
		pointsize 1 linecolor rgb variable notitle, \
	file using (at("informative", number("change_percent"))):(y($0)): \
		(ink(0)) with points pointtype 6 pointsize 1 linewidth 1.5 \
		linecolor rgb variable notitle, \
	file using (at("control", number("change_percent"))):(y($0)):(ink(0)) \
		with points pointtype 9 pointsize 1.1 linecolor rgb variable \
		notitle, \
	for [s = 1 : SPOTS] file using "change_percent":(y($0)):(sprintf( \
		"%s: %+.1f %%%s, %s", text("cell"), number("change_percent"), \
		number("low_percent") != number("low_percent") ? "" \
		: sprintf(" [%+.1f, %+.1f]", number("low_percent"), \
		number("high_percent")), text("verdict"))) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
