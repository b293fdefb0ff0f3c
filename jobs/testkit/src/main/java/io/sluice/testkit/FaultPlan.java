package io.sluice.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Which share of requests meets which fault. A value: each method returns a changed copy.
 *
 * <p>The n-th matching request of a plan meets the same fault for the same seed, whatever the timing.
 *
 * @param seed of the draw
 * @param path what a request's path and query must contain to be drawn at all; empty means every request
 * @param shares each with its part of all matching requests, between 0 and 1
 */
public record FaultPlan(long seed, String path, List<Share> shares) {

    /** A fault and how often it is drawn. */
    public record Share(double part, Fault fault) {}

    /** Checks the shares and copies them. */
    public FaultPlan {
        shares = List.copyOf(shares);
        double sum = shares.stream().mapToDouble(Share::part).sum();
        if (sum > 1.000_001 || shares.stream().anyMatch(share -> !(share.part() >= 0))) {
            throw new IllegalArgumentException("shares must not be negative nor add up to more than 1: " + shares);
        }
    }

    /** No faults. */
    public static FaultPlan none() {
        return seeded(0);
    }

    /** No faults yet, for every request. */
    public static FaultPlan seeded(long seed) {
        return new FaultPlan(seed, "", List.of());
    }

    /** Only requests whose path and query contain a text; the others pass. */
    public FaultPlan onlyFor(String part) {
        return new FaultPlan(seed, part, shares);
    }

    /** Adds a fault for a part of the requests, between 0 and 1. */
    public FaultPlan with(double part, Fault fault) {
        List<Share> more = new ArrayList<>(shares);
        more.add(new Share(part, fault));
        return new FaultPlan(seed, path, more);
    }

    boolean concerns(String uri) {
        return uri.contains(path);
    }

    /** What the n-th matching request meets. */
    Optional<Fault> draw(long n) {
        // A generator of its own for each request makes the draw independent of which thread asks first.
        double drawn = new SplittableRandom(seed * 0x9E37_79B9_7F4A_7C15L + n).nextDouble();
        double below = 0;
        for (Share share : shares) {
            below += share.part();
            if (drawn < below) {
                return Optional.of(share.fault());
            }
        }
        return Optional.empty();
    }
}
