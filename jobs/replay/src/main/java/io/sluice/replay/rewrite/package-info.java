/**
 * Says what is to be done at the target because of a captured exchange. Pure functions of the exchange and of rules that are
 * fixed for a run; no Flink, no input or output.
 */
@NullMarked
package io.sluice.replay.rewrite;

import org.jspecify.annotations.NullMarked;
