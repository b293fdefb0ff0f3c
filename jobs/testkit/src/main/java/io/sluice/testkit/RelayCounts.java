package io.sluice.testkit;

/**
 * What a {@link FaultRelay} has done since it was started.
 *
 * @param connections accepted
 * @param requests whose head has been read
 * @param passed forwarded and answered by the node, delayed ones included
 * @param refused answered with an error without the node
 * @param appliedThenRefused answered with an error although the node had done it
 * @param delayed of which most are {@code passed} too
 * @param cutAnswers whose answer was cut
 * @param cutRequests that were cut on their way to the node
 * @param broken that ended because the node or the client went away
 */
public record RelayCounts(
        long connections,
        long requests,
        long passed,
        long refused,
        long appliedThenRefused,
        long delayed,
        long cutAnswers,
        long cutRequests,
        long broken) {}
