package io.sluice.snapshot;

/** A release of Lucene. */
public record LuceneVersion(int major, int minor, int bugfix) implements Comparable<LuceneVersion> {

    @Override
    public int compareTo(LuceneVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
        return byMinor != 0 ? byMinor : Integer.compare(bugfix, other.bugfix);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + bugfix;
    }
}
