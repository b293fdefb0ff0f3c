package io.sluice.verify;

import com.google.protobuf.ByteString;
import io.sluice.transform.CarryRules;
import io.sluice.transform.DocumentRules;
import io.sluice.transform.DocumentShaper;
import io.sluice.transform.FenceKind;
import io.sluice.transform.TypeRoutes;
import io.sluice.transform.UnreadableSourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Says of a document of the source what it ought to be at the target: by the rules that backfill and replay go by. Not safe for use
 * by several threads.
 */
final class Shapes {

    private final CarryRules rules;
    private final Only only;
    private final DocumentShaper shaper;
    private final boolean isPlain;
    private final CanonicalHash hash = new CanonicalHash();

    Shapes(VerifySpec spec) {
        this.rules = spec.rules();
        this.only = spec.plan().only();
        DocumentRules wanted = spec.wanted();
        this.shaper = new DocumentShaper(new DocumentRules(wanted.query(), spec.sample(), wanted.drop()));
        boolean isStored = spec.source() instanceof VerifySource.InSnapshot; // as it was sent: it may be no JSON
        this.isPlain = wanted.query().isEmpty() && wanted.drop().isEmpty() && !isStored;
    }

    /** Whether a document with this index and id at the target is compared. */
    boolean samples(String index, String id) {
        if (!only.has(index, id)) {
            return false;
        }
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        return shaper.samples(bytes, bytes.length);
    }

    /**
     * The key of a document of the source.
     *
     * @return null when the target is to have no index for its type
     */
    @Nullable
    DocumentKey key(Hit hit) {
        TypeRoutes routes = rules.routesOf(hit.index());
        String target = routes.target(hit.type(), rules.names().targetName(hit.index()));
        return target == null ? null : new DocumentKey(target, routes.id(hit.type(), hit.id()), hit.routing());
    }

    /**
     * A document of the source as the target ought to have it.
     *
     * @return null when it was not to be carried
     */
    @Nullable
    Seen source(Hit hit) throws IOException {
        long mark = mark(rules.fenceOf(hit.index()), hit);
        if (hit.isUnchanged()) {
            return Seen.unchanged(mark, hit.index(), hit.type());
        }
        ByteString source = hit.document().source();
        if (source == null) {
            return seen(hit, mark, true);
        }
        if (isPlain) {
            return new Seen(hit.high(), hit.low(), false, mark, hit.index(), hit.type(), hit.place());
        }
        byte[] bytes = source.toByteArray();
        try {
            if (!shaper.shape(bytes, 0, bytes.length)) {
                return null;
            }
            hash.ofDocument(shaper.bytes(), shaper.offset(), shaper.length());
            return seen(hit, mark, false);
        } catch (UnreadableSourceException e) {
            return seen(hit, mark, true);
        } finally {
            shaper.forget();
        }
    }

    private Seen seen(Hit hit, long mark, boolean isBare) {
        long high = isBare ? 0 : hash.high();
        long low = isBare ? 0 : hash.low();
        return new Seen(high, low, isBare, mark, hit.index(), hit.type(), hit.place());
    }

    /**
     * The source of a document as the target ought to have it.
     *
     * @return null when it was not to be carried
     */
    @Nullable
    ByteString shaped(ByteString source) throws UnreadableSourceException {
        if (isPlain) {
            return source;
        }
        byte[] bytes = source.toByteArray();
        try {
            boolean isWanted = shaper.shape(bytes, 0, bytes.length);
            return isWanted ? ByteString.copyFrom(shaper.bytes(), shaper.offset(), shaper.length()) : null;
        } finally {
            shaper.forget();
        }
    }

    private static long mark(FenceKind kind, Hit hit) {
        long seqNo = hit.document().seqNo();
        if (kind.isNumbered()) {
            return seqNo < 0 ? seqNo : kind.of(seqNo, 0);
        }
        return kind == FenceKind.VERSION ? hit.document().version() : Seen.UNKNOWN;
    }

    /** A document of the target as it is. */
    static Seen target(Hit hit) {
        if (hit.isUnchanged()) {
            return Seen.unchanged(hit.document().version(), hit.index(), null);
        }
        return new Seen(hit.high(), hit.low(), !hit.hasSource(), hit.document().version(), hit.index(), null);
    }
}
