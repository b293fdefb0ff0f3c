package io.sluice.verify;

import io.sluice.backfill.BackfillPlan;
import io.sluice.backfill.SnapshotReading;
import io.sluice.cluster.Cluster;
import io.sluice.cluster.IndexLine;
import io.sluice.cluster.ServerInfo;
import io.sluice.transform.CarryRules;
import io.sluice.transform.IndexDefinition.Origin;
import io.sluice.transform.TypeRoutes;
import io.sluice.verify.VerifyPlan.Alone;
import io.sluice.verify.VerifyPlan.Pair;
import io.sluice.verify.VerifyPlan.Unread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds which indices of the two sides belong together, by the rules that backfill and replay go by. Changes nothing. */
public final class Planning {

    private final CarryRules rules;
    private final String migration;
    private final Predicate<Set<String>> isWanted;

    private final List<Pair> pairs = new ArrayList<>();
    private final List<Alone> missing = new ArrayList<>();
    private final List<Alone> extra = new ArrayList<>();
    private final List<Unread> notCompared = new ArrayList<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();

    /** Indices whose documents cannot be told apart before they are read. */
    private static final class Group {
        final Set<String> sources = new TreeSet<>();
        final Set<String> targets = new TreeSet<>();
    }

    /**
     * Planning for a migration.
     *
     * @param isWanted whether an index is verified; it has all the names that it has on either side
     */
    public Planning(CarryRules rules, String migration, Predicate<Set<String>> isWanted) {
        this.rules = rules;
        this.migration = migration;
        this.isWanted = isWanted;
    }

    /** Looks at both clusters and makes the plan; once for each object. */
    public VerifyPlan of(Cluster source, Cluster target) throws IOException {
        ServerInfo info = source.info();
        Cut here = Cut.of(source);
        boolean tellsNumbers = info.flavor() == ServerInfo.Flavor.OPENSEARCH || info.major() >= 7;
        return plan(
                here,
                target,
                Paging.of(info),
                tellsNumbers,
                names -> Incarnations.of(source, here.lines().values(), names));
    }

    /**
     * Looks at a snapshot and the target, and makes the plan; once for each object.
     *
     * @param snapshot what the plan of a backfill of it says
     */
    public VerifyPlan of(BackfillPlan snapshot, VerifySource.InSnapshot source, Cluster target) throws IOException {
        Cut here = Cut.of(snapshot, index -> {
            try (SnapshotReading reading = SnapshotReading.open(source.repository(), source.name(), source.indices())) {
                return reading.count(index);
            }
        });
        String uuid = snapshot.snapshot().uuid();
        return plan(here, target, Paging.SCROLL, true, names -> {
            Map<String, String> uuids = new TreeMap<>();
            names.forEach(name -> uuids.put(
                    name, Objects.requireNonNull(here.lines().get(name)).uuid()));
            return new Incarnations(uuid.isEmpty() ? source.name() : uuid, uuids);
        });
    }

    /** Says which incarnations of the source's indices are read. */
    @FunctionalInterface
    private interface Identifying {
        Incarnations of(List<String> names) throws IOException;
    }

    private VerifyPlan plan(Cut here, Cluster target, Paging paging, boolean tellsNumbers, Identifying atSource)
            throws IOException {
        Paging targetPaging = Paging.of(target.info());
        Cut there = Cut.of(target);
        Set<String> claimed = new HashSet<>();
        for (IndexLine line : here.lines().values()) {
            Set<String> targets = targets(line.name());
            claimed.addAll(targets);
            if (rules.names().selects(line.name()) && isWanted(line.name(), targets)) {
                pair(line.name(), targets, here, there);
            }
        }
        findExtra(there, claimed, target);
        List<String> sources = pairs.stream().map(Pair::source).toList();
        List<String> targets = pairs.stream().map(Pair::target).toList();
        return new VerifyPlan(
                parts(here, there),
                pairs,
                missing,
                extra,
                notCompared,
                paging,
                targetPaging,
                tellsNumbers,
                Only.ALL,
                atSource.of(sources),
                Incarnations.of(target, there.lines().values(), targets),
                Points.NONE,
                null);
    }

    private boolean isWanted(String source, Set<String> targets) {
        Set<String> names = new TreeSet<>(targets);
        names.add(source);
        String stream = rules.names().streams().of(source);
        if (stream != null) {
            names.add(stream);
        }
        return isWanted.test(names);
    }

    private Set<String> targets(String source) {
        TypeRoutes routes = rules.routesOf(source);
        return routes.isSplit()
                ? new TreeSet<>(routes.targets().values())
                : Set.of(rules.names().targetName(source));
    }

    private void pair(String index, Set<String> targets, Cut here, Cut there) throws IOException {
        String bar = here.isClosed(index) ? "closed_at_source" : here.barred().get(index);
        if (bar != null) {
            notCompared.add(new Unread(index, bar));
            return;
        }
        Set<String> open = new TreeSet<>();
        boolean isAnyAbsent = false;
        boolean isAnyClosed = false;
        for (String target : targets) {
            if (there.isClosed(target)) {
                notCompared.add(new Unread(target, VerifyPlan.CLOSED_AT_TARGET));
                isAnyClosed = true;
            } else if (there.lines().containsKey(target)) {
                open.add(target);
            } else {
                isAnyAbsent = true;
            }
        }
        if (open.isEmpty()) {
            if (isAnyAbsent) {
                // How many of its documents go to the absent one is not known before they are read.
                missing.add(new Alone(index, isAnyClosed ? 0 : here.count(index)));
            }
            return;
        }
        Group group = new Group();
        group.sources.add(index);
        for (String target : open) {
            pairs.add(new Pair(index, target));
            Group other = groups.get(target);
            if (other != null) {
                group.sources.addAll(other.sources);
                group.targets.addAll(other.targets);
            }
            group.targets.add(target);
        }
        group.targets.forEach(target -> groups.put(target, group));
    }

    /** One that nobody claims, if the migration's rules speak of such names or it made it. Servers' own begin with a dot. */
    private void findExtra(Cut there, Set<String> claimed, Cluster target) throws IOException {
        Map<String, Origin> origins = Origin.ofEach(target.request("GET", Origin.OF_EACH, null));
        for (IndexLine line : there.lines().values()) {
            String name = line.name();
            Origin origin = origins.get(name);
            boolean isOurs = origin != null && origin.migration().equals(migration);
            boolean isSpokenOf =
                    !rules.names().isOfServer(name) && rules.names().selects(name);
            if (!claimed.contains(name) && isWanted.test(Set.of(name)) && (isOurs || isSpokenOf)) {
                extra.add(new Alone(name, there.isClosed(name) ? 0 : there.count(name)));
            }
        }
    }

    private List<Part> parts(Cut here, Cut there) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Group group : new LinkedHashSet<>(groups.values())) {
            List<Part.Shard> source = shards(group.sources, here);
            List<Part.Shard> target = shards(group.targets, there);
            long targetDocuments = documents(group.targets, there);
            long sourceDocuments = here.tellsDocuments() ? documents(group.sources, here) : targetDocuments;
            boolean isOneToOne = group.sources.size() == 1 && group.targets.size() == 1;
            if (isOneToOne && source.size() == target.size()) {
                for (int i = 0; i < source.size(); i++) {
                    parts.add(new Part(
                            parts.size(),
                            List.of(source.get(i)),
                            List.of(target.get(i)),
                            sourceDocuments / source.size(),
                            targetDocuments / target.size()));
                }
            } else {
                parts.add(new Part(parts.size(), source, target, sourceDocuments, targetDocuments));
            }
        }
        return parts;
    }

    private static List<Part.Shard> shards(Set<String> indices, Cut cut) throws IOException {
        List<Part.Shard> shards = new ArrayList<>();
        for (String index : indices) {
            int pageSize = PageSizes.of(cut.lines().get(index));
            for (int shard = 0; shard < cut.shardsOf(index); shard++) {
                shards.add(new Part.Shard(index, shard, pageSize));
            }
        }
        return shards;
    }

    private static long documents(Set<String> indices, Cut cut) {
        long documents = 0;
        for (String index : indices) {
            IndexLine line = cut.lines().get(index);
            documents += line == null ? 0 : Math.max(0, line.documents());
        }
        return documents;
    }
}
