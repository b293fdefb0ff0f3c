/**
 * The benchmarks, and the one command that runs them.
 *
 * <pre>
 *   {@link Bench} ─▶ {@link Benchmark} ─▶ {@link Worker}: a JVM of its own, under test, and measured
 *                        │                    ▲
 *                        │                    └ {@link ProcessWatch}: its CPU and memory, from outside
 *                        ├─▶ {@link DataSet}: a real snapshot, made once and kept
 *                        └─▶ sink, loader, OpenSearch: other processes, never counted
 * </pre>
 *
 * <p><b>Promise:</b> a figure is about the process under test and nothing else, from its start to its end
 * unless its name says otherwise; it is printed as measured, and nothing here fails because it is low.
 *
 * <p><b>Threads:</b> the command's own, and where a class says so one more that watches or loads.
 *
 * <p>Start reading at {@link Benchmark}.
 */
@NullMarked
package io.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
