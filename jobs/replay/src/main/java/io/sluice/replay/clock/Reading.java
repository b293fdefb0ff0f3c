package io.sluice.replay.clock;

/**
 * How much of the capture was read.
 *
 * @param all that was captured when the job began; not known but for load tests
 * @param ended whether it was read to its very end, and nothing more comes, as all proxies have said goodbye
 */
record Reading(boolean all, boolean ended) {}
