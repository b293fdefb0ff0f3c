package io.sluice.replay.names;

import io.sluice.replay.wire.Text;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What names do, or did at any time, to documents that are written through them, beyond what such a request and its answer tell. It is
 * only ever added to: to ask the source in vain does no harm, not to ask it may.
 *
 * @param routed aliases that give a routing, and patterns of them
 * @param piped what has a default or final pipeline: indices, aliases, patterns of them, and parts of templates
 * @param leads for aliases, parts of templates, and indices that were copied: what gets a pipeline when they do, be it an index, an alias or
 *     a pattern
 */
public record NameEffects(Set<String> routed, Set<String> piped, Map<String, Set<String>> leads)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** No name does anything. */
    public static final NameEffects NONE = new NameEffects(Set.of(), Set.of(), Map.of());

    /** Nobody knows which: each may do anything. */
    public static final NameEffects ANY = new NameEffects(Set.of("*"), Set.of("*"), Map.of());

    public NameEffects {
        routed = Set.copyOf(routed);
        piped = Set.copyOf(piped);
        Map<String, Set<String>> copies = new HashMap<>();
        leads.forEach((name, others) -> copies.put(name, Set.copyOf(others)));
        leads = Map.copyOf(copies);
    }

    /** Of indices and aliases with a pipeline of their own, or patterns of them. */
    public static NameEffects piped(Collection<String> names) {
        return new NameEffects(Set.of(), Set.copyOf(names), Map.of());
    }

    /** How a component template is called here. */
    static String part(String componentTemplate) {
        return "_component_template/" + componentTemplate;
    }

    public boolean isEmpty() {
        return routed.isEmpty() && piped.isEmpty() && leads.isEmpty();
    }

    /** How many names it holds, each as often as it does. */
    int size() {
        return routed.size()
                + piped.size()
                + leads.values().stream().mapToInt(Set::size).sum();
    }

    /** All of both. */
    public NameEffects plus(NameEffects more) {
        if (isEmpty() || more.isEmpty()) {
            return isEmpty() ? more : this;
        }
        Map<String, Set<String>> all = new HashMap<>(leads);
        more.leads.forEach((name, others) -> all.merge(name, others, NameEffects::union));
        return new NameEffects(union(routed, more.routed), union(piped, more.piped), all);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** What the other does not have. */
    public NameEffects without(NameEffects known) {
        Map<String, Set<String>> left = new HashMap<>();
        leads.forEach((name, others) -> {
            Set<String> fresh = difference(others, known.leads.getOrDefault(name, Set.of()));
            if (!fresh.isEmpty()) {
                left.put(name, fresh);
            }
        });
        return new NameEffects(difference(routed, known.routed), difference(piped, known.piped), left);
    }

    private static Set<String> difference(Set<String> all, Set<String> known) {
        Set<String> left = new HashSet<>(all);
        left.removeAll(known);
        return left;
    }

    /** Writes it, for {@link #readFrom}. */
    public void writeTo(DataOutput out) throws IOException {
        write(routed, out);
        write(piped, out);
        out.writeInt(leads.size());
        for (Map.Entry<String, Set<String>> lead : leads.entrySet()) {
            Text.write(lead.getKey(), out);
            write(lead.getValue(), out);
        }
    }

    private static void write(Set<String> names, DataOutput out) throws IOException {
        out.writeInt(names.size());
        for (String name : names) {
            Text.write(name, out);
        }
    }

    /** What {@link #writeTo} wrote. */
    public static NameEffects readFrom(DataInput in) throws IOException {
        Set<String> routed = names(in);
        Set<String> piped = names(in);
        Map<String, Set<String>> leads = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            leads.put(Text.read(in), names(in));
        }
        return new NameEffects(routed, piped, leads);
    }

    private static Set<String> names(DataInput in) throws IOException {
        Set<String> names = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            names.add(Text.read(in));
        }
        return names;
    }
}
