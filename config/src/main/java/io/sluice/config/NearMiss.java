package io.sluice.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what somebody meant to write. */
final class NearMiss {

    private NearMiss() {}

    /** {@code " Did you mean a?"}, {@code " Did you mean a or b?"}, or nothing when no candidate is near. */
    static String hint(String written, Collection<String> candidates) {
        List<String> near = near(written, candidates);
        return near.isEmpty() ? "" : " Did you mean " + String.join(" or ", near) + "?";
    }

    private static List<String> near(String written, Collection<String> candidates) {
        String sought = plain(written);
        int bound = Math.max(1, sought.length() / 3);
        int best = candidates.stream()
                .mapToInt(candidate -> distance(sought, plain(candidate)))
                .min()
                .orElse(Integer.MAX_VALUE);
        return candidates.stream()
                .filter(candidate -> best <= bound && distance(sought, plain(candidate)) == best)
                .sorted(Comparator.naturalOrder())
                .limit(3)
                .toList();
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Edits between two words; two neighbours that changed places are one edit (optimal string alignment). */
    static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (swapped(a, i, b, j)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            before = last;
            last = row;
        }
        return last[b.length()];
    }

    private static boolean swapped(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
