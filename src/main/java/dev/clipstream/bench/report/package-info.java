/// The report of `bench all`: one HTML file with charts and tables that needs no network.
///
/// In: the measurements of the benchmarks. Out: HTML. Each benchmark has a section class; [Svg] draws the charts.
@NullMarked
package dev.clipstream.bench.report;

import org.jspecify.annotations.NullMarked;
