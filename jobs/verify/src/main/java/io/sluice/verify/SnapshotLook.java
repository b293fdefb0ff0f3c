package io.sluice.verify;

import com.google.protobuf.ByteString;
import io.sluice.snapshot.DocumentCursor;
import io.sluice.source.FencedWrite;
import io.sluice.transform.UnreadableSourceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads documents of a snapshot again, each where it was met. All of it was read when it is asked: what it did not show then, it does not
 * have.
 */
final class SnapshotLook implements AskedSource {

    private final SnapshotSide side;
    private final Shapes shapes;

    SnapshotLook(VerifySource.InSnapshot snapshot, VerifySpec spec) {
        this.side = new SnapshotSide(snapshot);
        this.shapes = new Shapes(spec);
    }

    /** A snapshot never changes. */
    @Override
    public boolean isSame(String index) {
        return true;
    }

    /** A suspect that it has. */
    private record Met(Suspect suspect, Seen seen, SnapshotPlace place) {}

    @Override
    public Map<Suspect, SourceAnswer> ask(List<Suspect> suspects) throws IOException {
        Map<Suspect, SourceAnswer> answers = new HashMap<>();
        List<Met> met = new ArrayList<>();
        for (Suspect suspect : suspects) {
            Seen seen = suspect.before().source();
            if (seen == null) {
                answers.put(suspect, new SourceAnswer.Missing(null));
            } else {
                met.add(new Met(suspect, seen, SnapshotPlace.parse(seen.place())));
            }
        }
        // A shard is opened once.
        met.sort(Comparator.comparing((Met one) -> one.seen().index())
                .thenComparing(one -> one.place().shard()));
        for (Met one : met) {
            try {
                answers.put(one.suspect(), answer(one));
            } catch (IOException e) {
                SnapshotSide.refuseForGood(e);
                side.reading().letGo();
                throw e;
            }
        }
        return answers;
    }

    private SourceAnswer answer(Met met) throws IOException {
        String index = met.seen().index();
        SnapshotPlace place = met.place();
        try (DocumentCursor document =
                side.reading().document(index, place.shard(), place.segment(), place.document())) {
            if (!document.next()) {
                throw new IOException("document %s of %s is not where it was met in the snapshot: %s"
                        .formatted(met.suspect().key().id(), index, place.text()));
            }
            Hit hit = SnapshotCursor.hit(index, document, place);
            ByteString source = hit.document().source();
            ByteString shaped = source == null ? null : shapes.shaped(source);
            return shaped == null
                    ? new SourceAnswer.NotComparable("source_not_stored")
                    : new SourceAnswer.Present(met.seen(), shaped, write(met, shaped));
        } catch (UnreadableSourceException e) {
            return new SourceAnswer.NotComparable("source_unreadable");
        }
    }

    private static FencedWrite write(Met met, ByteString source) {
        DocumentKey key = met.suspect().key();
        Seen seen = met.seen();
        return new FencedWrite(key.index(), seen.index(), seen.type(), key.id(), key.routing(), seen.mark(), source);
    }

    @Override
    public void close() {
        side.close();
    }
}
