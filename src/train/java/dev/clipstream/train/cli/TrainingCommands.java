package dev.clipstream.train.cli;

import dev.clipstream.cli.CommandProvider;
import java.util.List;

/// Provides the commands of training to the command line.
public final class TrainingCommands implements CommandProvider {
    @Override
    public List<Entry> commands() {
        return List.of(
                new Entry(ScenesCommand.class, "preprocess"),
                new Entry(TrainCommand.class, "bench"),
                new Entry(EvaluateCommand.class, "train"));
    }
}
