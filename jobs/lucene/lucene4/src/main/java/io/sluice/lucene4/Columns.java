package io.sluice.lucene4;

import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numeric doc values of a segment, those of the asked-for fields only.
 *
 * <p>Which files hold a field is in its attributes: {@code <segment>_<format>_<suffix>}, all fields of one such
 * group together. A field that was updated has files of its own, outside of a compound file:
 * {@code <segment>_<generation>_<format>_<suffix>}. So a format of some other field that is not known here does no
 * harm.
 */
final class Columns {

    private static final String FORMAT = "PerFieldDocValuesFormat.format";
    private static final String SUFFIX = "PerFieldDocValuesFormat.suffix";

    private final SegmentFiles files;
    private final SegmentInfo info;
    private final FieldTable fields;
    private final String what;
    private final Map<String, Group> groups = new HashMap<>();

    /** Where the numbers of one field are; read anew for each cursor. */
    interface Entry {
        Column open(ColumnData data, int documents) throws IOException;
    }

    private record Group(InnerFile data, Map<Integer, Entry> entries) {}

    /** @param what the segment and shard, as a message calls them */
    Columns(SegmentFiles files, SegmentInfo info, FieldTable fields, String what) {
        this.files = files;
        this.info = info;
        this.fields = fields;
        this.what = what;
    }

    /** New values to walk over; those of a field that the segment does not have are empty. */
    Column numeric(String name) throws IOException {
        FieldTable.Field field = fields.field(name);
        String format = field == null ? null : field.attributes().get(FORMAT);
        if (field == null || !field.isNumeric() || format == null) {
            return Column.empty();
        }
        Group group = group(field, format);
        Entry entry = group.entries.get(field.number());
        if (entry == null) {
            throw group.data.corrupt(group.data.start(), "numbers of the field " + name, "none");
        }
        return entry.open(new ColumnData(group.data), info.documents());
    }

    private Group group(FieldTable.Field field, String format) throws IOException {
        boolean isUpdate = field.generation() != -1;
        String generation = isUpdate ? "_" + Long.toString(field.generation(), Character.MAX_RADIX) : "";
        String name =
                "%s_%s_%s".formatted(generation, format, field.attributes().get(SUFFIX));
        @Nullable Group known = groups.get(name);
        if (known != null) {
            return known;
        }
        // The "disk" format of Lucene 4.5 to 4.8 is that of 4.5 under another name.
        String extension = format.equals("Disk") ? "d" : "";
        InnerFile meta = file(name + ".dvm" + extension, isUpdate);
        InnerFile data = file(name + ".dvd" + extension, isUpdate).inMemoryWhenSmall(info.hasFooters());
        Input in = meta.whole();
        if (info.hasFooters()) {
            meta.verify(in);
        }
        InnerFile.Header header = meta.header(in, format, info.id());
        data.header(data.beginning(), format, info.id());
        Group read = new Group(data, entries(format, header.version(), in));
        groups.put(name, read);
        return read;
    }

    private InnerFile file(String suffix, boolean isOutside) throws IOException {
        return isOutside ? files.outside(suffix) : files.file(suffix);
    }

    private Map<Integer, Entry> entries(String format, int version, Input meta) throws IOException {
        return switch (format) {
            case "Lucene42" -> ColumnMeta42.read(meta);
            case "Lucene45", "Disk" -> ColumnMeta45.read(meta, ColumnMeta45.Form.LUCENE_45, version, info.documents());
            case "Lucene49" -> ColumnMeta45.read(meta, ColumnMeta45.Form.LUCENE_49, version, info.documents());
            case "Lucene410" -> ColumnMeta45.read(meta, ColumnMeta45.Form.LUCENE_410, version, info.documents());
            case "Lucene50" -> ColumnMeta45.read(meta, ColumnMeta45.Form.LUCENE_50, version, info.documents());
            case "Lucene54" -> ColumnMeta45.read(meta, ColumnMeta45.Form.LUCENE_54, version, info.documents());
            case "Lucene70" -> ColumnMeta70.read(meta);
            default ->
                throw new UnknownCodecException(what, "the doc values format " + format, Lucene4Format.DESCRIPTION);
        };
    }
}
