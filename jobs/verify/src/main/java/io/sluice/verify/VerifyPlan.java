package io.sluice.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is read, and what is told without being read.
 *
 * @param parts in the order in which they are read
 * @param pairs which indices of the two sides belong together
 * @param missing indices of the source whose index at the target is not there
 * @param extra indices of the target that come of none of the source
 * @param notCompared indices that cannot be read
 * @param sourcePaging how the source is read
 * @param targetPaging how the target is read
 * @param sourceTellsNumbers whether searches of the source tell sequence numbers
 * @param only which documents of the indices that are read are compared
 * @param atSource what was read of them is of
 * @param atTarget the same of the other side
 * @param noted up to where they were written before they are read
 * @param readWhole indices of which no point is known up to which they were verified; null when all of every index is read
 */
public record VerifyPlan(
        List<Part> parts,
        List<Pair> pairs,
        List<Alone> missing,
        List<Alone> extra,
        List<Unread> notCompared,
        Paging sourcePaging,
        Paging targetPaging,
        boolean sourceTellsNumbers,
        Only only,
        Incarnations atSource,
        Incarnations atTarget,
        Points noted,
        @Nullable List<String> readWhole)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** More ids than this are not asked for; the index is read, and what is not wanted left out. */
    private static final int MOST_IDS = 10_000;

    static final String CLOSED_AT_TARGET = "closed_at_target";
    static final String FROZEN_AT_SOURCE = "frozen_at_source";

    /** A shard of it failed when the snapshot was taken. */
    static final String NOT_WHOLE_IN_SNAPSHOT = "not_whole_in_snapshot";

    static final String REFUSED_BY_BACKFILL = "refused_by_backfill";

    private static final Set<String> OUGHT_TO_BE_COMPARED =
            Set.of(CLOSED_AT_TARGET, FROZEN_AT_SOURCE, NOT_WHOLE_IN_SNAPSHOT, REFUSED_BY_BACKFILL);

    /** One by which all documents are compared, of whichever incarnations. */
    VerifyPlan(
            List<Part> parts,
            List<Pair> pairs,
            List<Alone> missing,
            List<Alone> extra,
            List<Unread> notCompared,
            Paging sourcePaging,
            Paging targetPaging,
            boolean sourceTellsNumbers) {
        this(
                parts,
                pairs,
                missing,
                extra,
                notCompared,
                sourcePaging,
                targetPaging,
                sourceTellsNumbers,
                Only.ALL,
                Incarnations.NONE,
                Incarnations.NONE,
                Points.NONE,
                null);
    }

    /** An index of the source, and one of the target that its documents go to. */
    public record Pair(String source, String target) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /**
     * An index without one on the other side.
     *
     * @param documents how many it has; 0 when that cannot be told
     */
    public record Alone(String index, long documents) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /** An index that is not read, and the rule that says so. */
    public record Unread(String index, String rule) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    public VerifyPlan {
        parts = List.copyOf(parts);
        pairs = List.copyOf(pairs);
        missing = List.copyOf(missing);
        extra = List.copyOf(extra);
        notCompared = List.copyOf(notCompared);
        readWhole = readWhole == null ? null : List.copyOf(readWhole);
    }

    /** The same for those documents alone that are listed. */
    public VerifyPlan only(Listed listed) {
        Set<String> whole = new TreeSet<>();
        for (Pair pair : pairs) {
            if (listed.isWhole(pair.source()) || listed.isWhole(pair.target())) {
                whole.add(pair.target());
            }
        }
        Map<String, Set<String>> documents = new TreeMap<>();
        for (Pair pair : pairs) {
            if (!whole.contains(pair.target())) {
                Set<String> ids = documents.computeIfAbsent(pair.target(), target -> new TreeSet<>());
                ids.addAll(listed.documents().getOrDefault(pair.target(), Set.of()));
                ids.addAll(listed.documents().getOrDefault(pair.source(), Set.of()));
            }
        }
        return new VerifyPlan(
                parts,
                pairs,
                missing,
                extra,
                notCompared,
                sourcePaging,
                targetPaging,
                sourceTellsNumbers,
                new Only(documents),
                atSource,
                atTarget,
                noted,
                readWhole);
    }

    /** The same, with what was noted before it is read. */
    public VerifyPlan noting(Points points) {
        return with(parts, points, readWhole);
    }

    private VerifyPlan with(List<Part> otherParts, Points points, @Nullable List<String> whole) {
        return new VerifyPlan(
                otherParts,
                pairs,
                missing,
                extra,
                notCompared,
                sourcePaging,
                targetPaging,
                sourceTellsNumbers,
                only,
                atSource,
                atTarget,
                points,
                whole);
    }

    /** Indices of the source whose documents have no sequence numbers, or that do not tell them now, by what was noted. */
    public List<String> withoutNumbers() {
        return pairs.stream()
                .map(Pair::source)
                .distinct()
                .filter(index -> !noted.atSource().containsKey(index))
                .sorted()
                .toList();
    }

    /**
     * The same, with the sources of those documents alone that were written since a verification found both sides equal; of all
     * others the ids. All of what it knows nothing of.
     */
    public VerifyPlan since(Points verified) {
        List<Part> cut = new ArrayList<>();
        Set<String> whole = new TreeSet<>();
        for (Part part : parts) {
            Part since = part.since(verified, noted);
            cut.add(since == null ? part : since);
            if (since == null) {
                part.target().forEach(shard -> whole.add(shard.index()));
            }
        }
        return with(cut, noted, List.copyOf(whole));
    }

    /** The ids that an index of a side is asked for, with some besides perhaps; null for all. */
    @Nullable
    Set<String> idsOf(Side side, String index) {
        Set<String> ids = new TreeSet<>();
        for (Pair pair : pairs) {
            boolean isOf = index.equals(side == Side.SOURCE ? pair.source() : pair.target());
            Set<String> some = only.of(pair.target());
            if (isOf && some == null) {
                return null;
            }
            if (isOf && some != null) {
                ids.addAll(some);
                // At the target it may have its type in front.
                some.stream()
                        .filter(id -> side == Side.SOURCE && id.indexOf('#') > 0)
                        .forEach(id -> ids.add(id.substring(id.indexOf('#') + 1)));
            }
        }
        return ids.size() > MOST_IDS ? null : ids;
    }

    /**
     * What is read, without how much of it there is: two plans that say the same number their parts alike, and speak of the same
     * documents.
     */
    public String describe() {
        StringBuilder text = new StringBuilder(atSource.describe() + " - " + atTarget.describe() + " - ");
        for (Part part : parts) {
            part.source().forEach(shard -> text.append(shard.describe()).append(' '));
            text.append("- ");
            part.target().forEach(shard -> text.append(shard.describe()).append(' '));
            text.append("; ");
        }
        return text.toString();
    }

    /** The indices of the source whose documents go to an index of the target. */
    List<String> sourcesOf(String target) {
        return pairs.stream()
                .filter(pair -> pair.target().equals(target))
                .map(Pair::source)
                .toList();
    }

    /** How many documents of an index of the target have some megabytes together with their sources, about. */
    int pageSize(String target) {
        return parts.stream()
                .flatMap(part -> part.target().stream())
                .filter(shard ->
                        shard.index().equals(target) && !shard.portion().isUnchanged())
                .mapToInt(Part.Shard::pageSize)
                .findFirst()
                .orElse(1);
    }

    Paging paging(Side side) {
        return side == Side.SOURCE ? sourcePaging : targetPaging;
    }

    /** The indices of the target that are read. */
    Collection<String> targetNames() {
        TreeSet<String> names = new TreeSet<>();
        parts.forEach(part -> part.target().forEach(shard -> names.add(shard.index())));
        return names;
    }

    /** The indices of the target that cannot be read, though the source can. */
    Set<String> closedAtTarget() {
        return notCompared.stream()
                .filter(one -> one.rule().equals(CLOSED_AT_TARGET))
                .map(Unread::index)
                .collect(Collectors.toSet());
    }

    /** Whether everything is read that ought to be compared. */
    boolean isWhole() {
        return notCompared.stream().noneMatch(one -> OUGHT_TO_BE_COMPARED.contains(one.rule()));
    }

    /** Adds the indices that are not read to a report, and their documents to its sums. */
    void addIndices(ObjectNode sums, ObjectNode report) {
        add(report.putArray("missing_indices"), missing, sums, List.of(Account.SOURCE, Account.MISSING));
        add(report.putArray("extra_indices"), extra, sums, List.of(Account.TARGET, Account.EXTRA));
        ArrayNode unread = report.putArray("not_compared_indices");
        notCompared.forEach(one -> unread.addObject().put("name", one.index()).put("rule", one.rule()));
    }

    private static void add(ArrayNode list, List<Alone> indices, ObjectNode sums, List<String> counted) {
        for (Alone index : indices) {
            list.addObject().put("name", index.index()).put("documents", index.documents());
            counted.forEach(sum -> sums.put(sum, sums.path(sum).asLong() + index.documents()));
        }
    }
}
