package io.sluice.capture;

/**
 * Chooses the partition of a connection: the one with the fewest open connections among the first few, of which there is
 * one more for every sixteen connections. Few connections so share the batches of few partitions, which is what a record
 * costs at both ends; many use all.
 *
 * <p>Thread-safe.
 */
final class Spread {

    private static final int CONNECTIONS_EACH = 16;

    private final int[] open;
    private int total;

    Spread(int partitions) {
        this.open = new int[partitions];
    }

    synchronized int enter() {
        int used = Math.min(open.length, 1 + total / CONNECTIONS_EACH);
        int least = 0;
        for (int partition = 1; partition < used; partition++) {
            if (open[partition] < open[least]) {
                least = partition;
            }
        }
        open[least]++;
        total++;
        return least;
    }

    synchronized void leave(int partition) {
        open[partition]--;
        total--;
    }

    synchronized int connections() {
        return total;
    }
}
