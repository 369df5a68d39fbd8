package dev.clipstream.index.redis.om;

import com.redis.om.spring.annotations.Document;
import java.util.List;
import org.springframework.data.annotation.Id;

/// A JSON document of an application.
@Document
record Album(@Id String id, String title, List<String> media) {}
