/**
 * The migration's state folder, through which commands and running jobs speak to each other: {@code control/}, {@code status/},
 * {@code submit/} for a job's specification on its way to a Flink cluster, {@code marks/} to prove that all see the same folder.
 *
 * <p><b>Promise:</b> whoever reads a file sees an old one or a new one, never a part of one.
 */
@NullMarked
package io.sluice.state;

import org.jspecify.annotations.NullMarked;
