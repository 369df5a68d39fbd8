package dev.clipstream.runtime.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Lists the settings as a Markdown table, read from the settings records. `docs/settings.md` and
/// `clipstream settings` show it.
public final class SettingsTable {

    /// One setting.
    ///
    /// @param name         as `--set` takes it
    /// @param type         in words
    /// @param defaultValue as `--set` takes it; empty: none
    /// @param description  its meaning, with unit and range
    public record Row(String name, String type, String defaultValue, String description) {

        /// Returns the environment variable of the setting.
        public String environment() {
            String variable =
                    "CLIPSTREAM_" + name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
            return type.startsWith("names") ? variable + "_<NAME>" : variable;
        }
    }

    private SettingsTable() {}

    /// Returns all settings in the order of the records.
    public static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        collect("", Settings.class, rows);
        return List.copyOf(rows);
    }

    /// Returns the table as Markdown.
    public static String markdown() {
        StringBuilder table = new StringBuilder("""
                | Setting | Environment | Type | Default | Meaning |
                |---|---|---|---|---|
                """);
        for (Row row : rows()) {
            table.append(String.format(
                    Locale.ROOT,
                    "| `%s` | `%s` | %s | %s | %s |\n",
                    row.name(),
                    row.environment(),
                    row.type(),
                    row.defaultValue().isEmpty() ? "" : "`" + row.defaultValue() + "`",
                    row.description().replace("|", "\\|")));
        }
        return table.toString();
    }

    private static void collect(String prefix, Class<?> settings, List<Row> rows) {
        for (RecordComponent component : settings.getRecordComponents()) {
            String name = prefix + kebab(component.getName());
            if (component.getType().isRecord()) {
                collect(name + ".", component.getType(), rows);
                continue;
            }
            Description description = component.getAnnotation(Description.class);
            if (description == null) {
                throw new IllegalStateException(
                        "Expected a @Description for the setting " + name + ", found none. Add it to the record");
            }
            DefaultValue defaultValue =
                    settings.getDeclaredConstructors()[0].getParameters()[rowIndex(settings, component)].getAnnotation(
                            DefaultValue.class);
            rows.add(new Row(
                    name,
                    type(component),
                    defaultValue == null ? "" : String.join(",", defaultValue.value()),
                    description.value()));
        }
    }

    private static int rowIndex(Class<?> settings, RecordComponent component) {
        return Arrays.asList(settings.getRecordComponents()).stream()
                .map(RecordComponent::getName)
                .toList()
                .indexOf(component.getName());
    }

    private static String type(RecordComponent component) {
        Class<?> type = component.getType();
        if (type.isEnum()) {
            return enumValues(type);
        }
        if (component.getGenericType() instanceof ParameterizedType generic
                && generic.getActualTypeArguments()[0] instanceof Class<?> item) {
            return switch (type.getSimpleName()) {
                case "Map" -> "names and values";
                default ->
                    "list of "
                            + (item.isEnum()
                                    ? enumValues(item)
                                    : item.getSimpleName().toLowerCase(Locale.ROOT));
            };
        }
        return switch (type.getSimpleName()) {
            case "int", "long", "short" -> "whole number";
            default -> type.getSimpleName().toLowerCase(Locale.ROOT);
        };
    }

    private static String enumValues(Class<?> type) {
        return String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(value -> value.toString().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
