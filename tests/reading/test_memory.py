"""What was read last is known, and what was asked for longest ago makes room."""

from threading import Thread

from ragqa.reading.memory import ReadingMemory


def test_what_was_asked_for_longest_ago_makes_room():
    memory = ReadingMemory(2)
    one, two, three = (("Who?", text) for text in ("one", "two", "three"))
    memory.keep({one: [], two: []})
    assert memory.recall([one]) == {one: []}
    memory.keep({three: []})
    assert memory.recall([one, two, three]) == {one: [], three: []}


def test_of_more_than_there_is_room_for_the_last_are_kept():
    memory = ReadingMemory(2)
    memory.keep({("Who?", str(number)): [] for number in range(5)})
    assert [text for _, text in memory.recall(("Who?", str(number)) for number in range(5))] == ["3", "4"]


def test_the_same_passage_for_another_question_is_another_reading():
    memory = ReadingMemory(2)
    memory.keep({("Who?", "text"): []})
    assert memory.recall([("When?", "text")]) == {}


def test_several_threads_may_use_it():
    memory, faults = ReadingMemory(50), []

    def work(name):
        try:
            for number in range(2_000):
                memory.keep({(name, str(number % 70)): []})
                memory.recall([(name, str(number % 50)), ("other", "text")])
        except Exception as error:  # noqa: BLE001 - any is a fault
            faults.append(error)

    threads = [Thread(target=work, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
