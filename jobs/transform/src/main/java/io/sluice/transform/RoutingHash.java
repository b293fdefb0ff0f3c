package io.sluice.transform;

/**
 * The hash by which servers since Elasticsearch 2 spread documents over shards: MurmurHash3_x86_32 with a seed of 0,
 * of the text's UTF-16 code units, the low byte of each first.
 */
final class RoutingHash {

    private static final int C1 = 0xCC9E2D51;
    private static final int C2 = 0x1B873593;

    private RoutingHash() {}

    static int of(String text) {
        int hash = 0;
        int pairs = text.length() / 2;
        for (int i = 0; i < pairs; i++) {
            hash ^= mixed(text.charAt(2 * i) | text.charAt(2 * i + 1) << 16);
            hash = Integer.rotateLeft(hash, 13) * 5 + 0xE6546B64;
        }
        if (text.length() % 2 == 1) {
            hash ^= mixed(text.charAt(text.length() - 1));
        }
        return finished(hash ^ 2 * text.length());
    }

    private static int mixed(int block) {
        return Integer.rotateLeft(block * C1, 15) * C2;
    }

    private static int finished(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
        return mixed ^ mixed >>> 16;
    }
}
