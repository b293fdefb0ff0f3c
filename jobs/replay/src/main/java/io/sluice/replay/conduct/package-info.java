/**
 * What the parts of a job know of each other: its coordinators all live in the JobMaster's process, and meet in one {@link
 * io.sluice.replay.conduct.Conductor} there. The only package that knows Flink's coordinators, which are internal to it.
 */
@NullMarked
package io.sluice.replay.conduct;

import org.jspecify.annotations.NullMarked;
