"""People at browsers and on netcat in the same rooms."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import WEB, Person, expect, web_port
from tests.end_to_end.tools import PASSWORD, enter, guest, make_room, nc, register

ELSEWHERE = """
    window.shown = [];
    window.Notification = class {
        static permission = "granted";
        constructor(title, options) { window.shown.push([title, options.body]); }
    };
    document.hasFocus = () => false;
"""
"""Somebody who wishes for notifications, and looks elsewhere."""


class TalkTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, *WEB)
        self.line, self.port = self.daemon.port, web_port(self.daemon)

    def test_two_browsers_and_netcat_talk_in_one_room(self) -> None:
        anna = Person(self, self.port).register("anna").make("three")
        ben = Person(self, self.port, "#three").register("ben", "three")
        carl = enter(register(nc(self, self.line), "carl"), "three")
        anna.see(".note", "ben came in")
        anna.say("hello both")
        carl.line("[three] ")
        carl.line("anna: hello both")
        ben.see(".message", "hello both")
        carl.send("hello from a terminal")
        for person in (anna, ben):
            person.see(".message", "hello from a terminal")
        ben.say("/me waves")
        carl.line("* ben waves")
        anna.see(".emote", "ben waves")
        self.assertEqual(anna.messages(), ["hello both", "hello from a terminal", "ben waves"])
        expect(anna.page.locator("#members .person")).to_have_count(3)
        ben.say("/status busy thinking")
        anna.see("#members .person", "thinking")
        carl.answer("quit", "carl: quit")
        carl.answer("/quit", "goodbye")
        expect(anna.page.locator("#members .person")).to_have_count(2)

    def test_everything_is_done_by_keyboard_alone(self) -> None:
        dora = Person(self, self.port)
        keys = dora.page.keyboard
        expect(dora.page.locator("#sign-in-name")).to_be_focused()
        keys.press("Shift+Tab")
        keys.press("ArrowRight")
        keys.press("Tab")
        for word in ("dora", PASSWORD, PASSWORD):
            keys.type(word)
            keys.press("Tab")
        keys.press("Enter")
        dora.be_in("public")
        expect(dora.page.locator("#text")).to_be_focused()
        keys.type("/create keys")
        keys.press("Enter")
        dora.see(".note", "The room keys is made")
        keys.type("/enter keys")
        keys.press("Enter")
        dora.be_in("keys")
        expect(dora.page.locator("#text")).to_be_focused()
        keys.type("no mouse")
        keys.press("Enter")
        dora.see(".message", "no mouse")
        dora.tab_to("dora", "Shift+Tab")
        keys.press("Enter")
        expect(dora.page.get_by_role("dialog")).to_be_visible()
        dora.tab_to("Sign out")
        keys.press("Enter")
        dora.see("#door-news", "You have signed out")
        expect(dora.page.locator("#sign-in-name")).to_be_focused()

    def test_a_wrong_password_is_told_in_words(self) -> None:
        register(nc(self, self.line), "emma")
        emma = Person(self, self.port)
        emma.come("Log in", "emma", "not that")
        emma.see("#door-error", "Wrong name or password.")
        expect(emma.page.locator("#sign-in-password")).to_be_focused()
        emma.come("Log in", "emma")
        emma.be_in("public")

    def test_the_address_opens_a_room_and_a_loaded_page_goes_on(self) -> None:
        make_room(self, self.line, "address")
        fred = Person(self, self.port, "#address").guest("fred", "address").say("first")
        fred.see(".message", "first")
        fred.page.reload()
        fred.be_in("address")
        fred.see(".message", "first")
        self.assertEqual(fred.messages(), ["first"])

    def test_what_people_say_is_text_and_links_lead_out_safely(self) -> None:
        make_room(self, self.line, "text")
        gina = Person(self, self.port, "#text").guest("gina", "text")
        evil = "<img src=x onerror=alert(1)><b>bold</b> javascript:alert(1)"
        peer = guest(nc(self, self.line), "peer", "text")
        peer.send(evil, "see https://example.org/a(b)?c=d&e. (or not)", "ftp://example.org/ no")
        gina.see(".message", "ftp://example.org/")
        self.assertEqual(gina.page.locator("#log img, #log b").count(), 0)
        self.assertIn(evil, "\n".join(gina.messages()))
        link = gina.page.locator("#log a")
        expect(link).to_have_count(1)
        self.assertEqual(link.get_attribute("href"), "https://example.org/a(b)?c=d&e")
        self.assertEqual((link.get_attribute("rel"), link.get_attribute("target")), ("noopener noreferrer", "_blank"))

    def test_a_private_chat_is_accepted_and_declined(self) -> None:
        hugo = Person(self, self.port).register("hugo")
        ines = register(nc(self, self.line), "ines")
        jan = register(nc(self, self.line), "jan")
        for asker in (ines, jan):
            enter(asker, "public").answer("/chat hugo", "hugo is asked")
        hugo.see(".ask", "jan asks you for a private chat").get_by_role("button", name="Decline").click()
        jan.line("hugo would rather not")
        hugo.see(".ask", "ines asks you for a private chat").get_by_role("button", name="Accept").click()
        ines.line("you have a private chat with hugo")
        hugo.be_in("ines").say("only you")
        ines.line("<hugo> only you")
        ines.answer("/focus hugo", "goes to @hugo")
        ines.answer("and only you", ">hugo< and only you")
        hugo.see(".message", "and only you")
        hugo.button("End private chat").click()
        ines.line("hugo has ended")
        hugo.button("About this conversation").click()
        hugo.button("Take off the list").click()
        hugo.be_in("public")
        expect(hugo.page.locator("#private .place")).to_have_count(0)

    def test_a_browser_asks_for_a_private_chat(self) -> None:
        kim = Person(self, self.port).register("kim")
        leo = enter(register(nc(self, self.line), "leo"), "public")
        kim.see("#members .person", "leo").click()
        kim.button("Ask for a private chat").click()
        leo.line("kim asks you for a private chat")
        leo.answer("/yes kim", "you have a private chat with kim")
        kim.be_in("leo")
        kim.see("#topic", "Private chat")
        expect(kim.button("End private chat")).to_be_visible()
        kim.say("/me nods")
        leo.line("<kim> * nods")
        kim.say("Exit Chat")
        leo.line("kim has ended your private chat")
        kim.be_in("public")
        expect(kim.page.locator("#private .place")).to_have_count(0)

    def test_what_is_unread_is_counted_and_what_is_for_you_is_marked(self) -> None:
        make_room(self, self.line, "busy-room")
        mona = Person(self, self.port).register("mona")
        mona.page.locator("#others .place", has_text="busy-room").click()
        mona.be_in("busy-room").turn_to("public")
        noah = guest(nc(self, self.line), "noah", "busy-room")
        noah.answer("one", "noah: one")
        noah.answer("two", "noah: two")
        badge = mona.page.locator("#rooms .place", has_text="busy-room").locator(".badge")
        expect(badge).to_contain_text("2 unread")
        self.assertNotIn("for-you", badge.get_attribute("class") or "")
        noah.send("mona: three")
        expect(badge).to_contain_text("3 unread, 1 for you")
        self.assertIn("for-you", badge.get_attribute("class") or "")
        expect(mona.page).to_have_title("(1) public · chatd")
        mona.turn_to("busy-room")
        expect(badge).to_have_count(0)
        mona.see(".fresh", "New")
        mona.see(".message.for-you", "three")
        expect(mona.page).to_have_title("busy-room · chatd")

    def test_a_room_is_deleted_after_its_name_was_typed_again(self) -> None:
        olga = Person(self, self.port).register("olga").make("brief")
        guest_of_it = guest(nc(self, self.line), "visitor", "brief")
        olga.see(".note", "visitor came in")
        olga.button("About this conversation").click()
        olga.button("Delete the room").click()
        olga.page.get_by_role("dialog").get_by_role("textbox").fill("brief")
        olga.button("Go on").click()
        guest_of_it.line("brief was deleted")
        olga.be_in("public")
        expect(olga.page.locator("#places .place", has_text="brief")).to_have_count(0)

    def test_who_is_thrown_out_is_told_and_can_type_no_more(self) -> None:
        owner = register(nc(self, self.line), "owner")
        owner.answer("create strict", "the room strict is made")
        enter(owner, "strict")
        paul = Person(self, self.port, "#strict").register("paul", "strict")
        owner.line("paul entered")
        owner.answer("/kick paul noise", "paul was thrown out")
        paul.see(".note.error", "You were thrown out of strict.")
        expect(paul.page.locator("#text")).to_be_disabled()
        paul.button("About this conversation").click()
        paul.button("Enter it again").click()
        owner.line("paul entered")
        paul.be_in("strict")

    def test_what_is_taken_back_is_gone(self) -> None:
        rosa = Person(self, self.port).register("rosa").make("regret")
        rosa.say("too much")
        message = rosa.see(".message", "too much")
        message.hover()
        message.get_by_role("button", name="Take back").click()
        rosa.see(".note", "rosa took a message back")
        self.assertEqual(rosa.messages(), [])

    def test_a_room_with_a_password_asks_for_it(self) -> None:
        sara = Person(self, self.port).register("sara")
        sara.button("Make a room").click()
        dialog = sara.page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("secret")
        dialog.get_by_label("Who may enter").select_option("password")
        sara.page.keyboard.press("Enter")
        asked = dialog.locator("input[type=password]")
        asked.fill("sesame")
        asked.press("Enter")
        sara.see(".note", "sara set the access: password")
        tom = Person(self, self.port).guest("tom")
        tom.say("/enter secret")
        for password in ("wrong", "sesame"):
            asked = tom.page.get_by_role("dialog").locator("input[type=password]")
            asked.fill(password)
            asked.press("Enter")
            if password == "wrong":
                tom.see(".note.error", "That is not the password of secret.")
                tom.page.locator("#others .place", has_text="secret").click()
        tom.be_in("secret")

    def test_who_looks_elsewhere_is_notified_of_what_is_for_her(self) -> None:
        make_room(self, self.line, "notes")
        uma = Person(self, self.port, "#notes", script=ELSEWHERE).guest("uma", "notes")
        vera = guest(nc(self, self.line), "vera", "notes")
        vera.answer("nothing for anybody", "nothing for anybody")
        vera.answer("uma: something for you", "something for you")
        vera.answer("/msg uma and this", ">uma< and this")
        uma.see("#private .place", "vera")
        shown = uma.page.evaluate("window.shown")
        self.assertEqual(shown, [["vera in notes", "uma: something for you"], ["vera", "and this"]])
        expect(uma.page).to_have_title("(2) notes · chatd")

    def test_a_guest_makes_an_account_and_stays_where_she_was(self) -> None:
        make_room(self, self.line, "stay")
        wanda = Person(self, self.port, "#stay").guest("wanda", "stay")
        wanda.page.locator("#me").click()
        wanda.button("Make an account").click()
        wanda.page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
        wanda.page.keyboard.press("Enter")
        expect(wanda.page.locator("#me")).not_to_contain_text("guest")
        wanda.be_in("stay")
        wanda.say("with an account")
        wanda.see(".message", "with an account")

    def test_a_session_that_goes_on_elsewhere_ends_here_in_words(self) -> None:
        xenia = Person(self, self.port).register("xenia")
        kept = xenia.page.evaluate("JSON.stringify(sessionStorage)")
        other = xenia.context.new_page()
        other.add_init_script(f"Object.assign(sessionStorage, {kept})")
        other.goto(xenia.address)
        expect(other.locator("#title")).to_have_text("public")
        xenia.see("#door-news", "Your session goes on in another window")
