# Shows elapsed time and efficiency over what was swept: a setting, or concurrency
# with its knee. `file` is set before this file is read: sweep-SETTING.csv. To be
# read after common.gp.
stats file using "curve" nooutput name "CURVE"
stats file using "curves" nooutput name "CURVES"
stats file using "blocks" nooutput name "BLOCKS"
stats file using "numeric" nooutput name "NUMERIC"
stats file using "x" nooutput name "X"
stats file using (number("x") > 0 ? number("x") : NaN) nooutput name "POSITIVE"
least(unused) = min(min(number("elapsed_ms"), number("low_ms")), \
	number("ideal_ms") > 0 ? number("ideal_ms") : number("elapsed_ms"))
stats file using (least(0)) nooutput name "LEAST"
stats file using (max(number("elapsed_ms"), number("high_ms"))) nooutput \
	name "MOST"
stats file using (number("low_ms") == number("low_ms")) nooutput name "WHISKER"
stats file using (number("efficiency_percent") \
	== number("efficiency_percent")) nooutput name "EFFICIENT"
stats file using (max(number("efficiency_percent"), \
	number("efficiency_high"))) nooutput name "EFFICIENCY"
stats file using (number("knee") == number("knee")) nooutput name "KNEE"
stats file using (strlen(text("cell"))) nooutput name "NAME"
curves = int(CURVE_max)
array name[curves]
array value[CURVE_records]
array at[CURVE_records]
array knee[curves]
array last[curves]
do for [c = 1 : curves] { last[c] = 0 }
axis = ""
work = ""
numeric = NUMERIC_max > 0
wide = numeric && X_max > 20 * POSITIVE_min
zero = wide ? POSITIVE_min / 3 : 0
place(x) = wide && x <= 0 ? zero : x
set table $unused
plot file using (c = int(number("curve")), name[c] = text("cell"), \
	knee[c] = number("knee"), last[c] = max(last[c], number("x")), \
	value[$0 + 1] = text("value"), at[$0 + 1] = number("x"), \
	axis = text("axis"), work = text("work"), $0 + 1):($0 + 1) with points
unset table
# Whiskers at one value stand side by side.
aside(c) = min(0.006, 0.04 / curves) * (c - 0.5 - 0.5 * curves)
moved(c) = wide ? place(number("x")) * (X_max / POSITIVE_min) ** aside(c) \
	: number("x") + aside(c) * (X_max - X_min)
only(c, x) = int(number("curve")) == c ? x : NaN
known(x) = x == x
# A knee beyond what was measured would be a guess.
is_shown(c) = known(knee[c]) && knee[c] <= last[c]
knees = 0
do for [c = 1 : curves] { knees = knees + is_shown(c) }

# What a point says to a reader who points at it.
says(unused) = text("cell") . ", " . setting(axis) . " " . text("value") \
	. ": elapsed " \
	. interval(number("elapsed_ms"), number("low_ms"), number("high_ms")) \
	. (known(number("efficiency_percent")) ? sprintf(", efficiency %.1f %%", \
	number("efficiency_percent")) : "")

about = folded(sprintf("Medians of %d trial%s", BLOCKS_max, \
	BLOCKS_max > 1 ? "s" : "") . (WHISKER_max > 0 ? \
	"; whiskers: their 95 % intervals" : "") \
	. of_all(curves, CURVES_max, "curves") \
	. "; grey: the ideal, the server's delays alone" . (knees > 0 ? \
	"; | the knee of throughput" : ""), SUBTITLE) \
	. (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
above = 78.0 + PITCH * lines_of(about)
list = 19.0 * (NAME_max <= 36 ? (curves + 1) / 2 : curves) + 16
upper = 300.0
lower = EFFICIENT_max > 0 ? 170.0 : 0
gap = 34
height = above + upper + (lower > 0 ? gap + lower : 0) + 60 + list
eval open(900, height)
set multiplot
set border 3
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
comma = strstrt(axis, ", ")
what = comma ? axis[1:comma - 1] : axis
# A value as it was given may have its unit: 50ms.
bare = 1
do for [i = 1 : |value|] {
	bare = bare && value[i] eq sprintf("%.0f", at[i])
}
named = bare ? axis : what . ", as given"
set label 1 "How do time and efficiency change with the " . what . "?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
set lmargin at screen 0.1
set rmargin at screen 0.975
set tmargin at screen 1 - above / height
set bmargin at screen 1 - (above + upper) / height
if (wide) {
	set logscale x
	set xrange [(X_min <= 0 ? zero : X_min) / 1.3 : X_max * 1.3]
} else {
	set xrange [X_min - 0.05 * (X_max - X_min) : \
		X_max + 0.05 * (X_max - X_min)]
}
# Tics at the values that were run, and at no others.
unset mxtics
set xtics scale 0.6 ("" X_max) textcolor rgb GREY
do for [i = 1 : |value|] {
	set xtics add (clip(value[i], 14) place(at[i]))
}
if (MOST_max > 20 * LEAST_min && LEAST_min > 0) {
	set logscale y
	set yrange [LEAST_min / 1.4 : MOST_max * 1.4]
	set ytics (1)
	do for [d = -3 : 7] {
		do for [m in "1 2 5"] {
			set ytics add (sprintf("%g", m * 10.0 ** d) m * 10.0 ** d)
		}
	}
} else {
	set yrange [0 : 1.06 * MOST_max]
}
set ytics textcolor rgb GREY
set ylabel "elapsed time, ms" textcolor rgb GREY offset 1, 0
unset key
columns = NAME_max <= 36 ? 2 : 1
do for [c = 1 : curves] {
	line = columns == 2 ? (c - 1) / 2 : c - 1
	x = columns == 2 && c % 2 == 0 ? 0.51 : 0.02
	y = (list - 14.0 - 19 * line) / height
	set arrow 100 + c from screen x, screen y to screen x + 0.05, screen y \
		nohead linewidth 2 dashtype dash(c) linecolor rgb colour(c)
	set label 100 + c clip(name[c], columns == 2 ? 42 : 96) \
		at screen x + 0.06, screen y textcolor rgb INK
	if (is_shown(c)) {
		set arrow c from knee[c], graph 0 to knee[c], graph 0.06 nohead \
			linewidth 2.5 linecolor rgb colour(c)
		set label 50 + c sprintf("%.0f", knee[c]) at knee[c], graph 0.09 \
			center textcolor rgb colour(c)
	}
}
if (lower > 0) {
	do for [i = 1 : |value|] { set xtics add ("" place(at[i])) }
} else {
	set xlabel named textcolor rgb GREY
}
plot for [c = 1 : curves] file using \
		(only(c, place(number("x")))):"ideal_ms" with lines \
		linewidth 4 linecolor rgb PALE notitle, \
	for [c = 1 : curves] file using (only(c, moved(c))): \
		"low_ms":(0):(number("high_ms") - number("low_ms")) \
		with vectors nohead linewidth 1.5 linecolor rgb colour(c) \
		notitle, \
	for [c = 1 : curves] file using (only(c, moved(c))): \
		"elapsed_ms" \
		with linespoints pointtype shape(c) \
		pointsize 0.8 linewidth 2 dashtype dash(c) \
		linecolor rgb colour(c) notitle, \
	for [c = 1 : SPOTS * curves] file using (only(c, moved(c))): \
		"elapsed_ms":(says(0)) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
if (lower > 0) {
	unset label
	unset arrow
	set tmargin at screen 1 - (above + upper + gap) / height
	set bmargin at screen (60.0 + list) / height
	unset logscale y
	set yrange [0 : max(100, 1.03 * EFFICIENCY_max)]
	set ytics 25 format "%.0f %%"
	set ylabel "efficiency" offset 1, 0
	set xlabel named textcolor rgb GREY
	do for [i = 1 : |value|] {
		set xtics add (clip(value[i], 14) place(at[i]))
	}
	plot for [c = 1 : curves] file using (only(c, moved(c))): \
		"efficiency_low":(0): \
		(number("efficiency_high") - number("efficiency_low")) \
		with vectors nohead linewidth 1.5 linecolor rgb colour(c) \
		notitle, \
	for [c = 1 : curves] file using (only(c, moved(c))): \
		"efficiency_percent" \
		with linespoints pointtype shape(c) \
		pointsize 0.8 linewidth 2 dashtype dash(c) \
		linecolor rgb colour(c) notitle, \
	for [c = 1 : SPOTS * curves] file using (only(c, moved(c))): \
		"efficiency_percent":(says(0)) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
}
unset multiplot
