"""What people write to shops, in the charsets that their programs write it in: for detection."""

from collections.abc import Iterator

TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "koi8_r cp1251 iso8859_5 cp866",
        (
            "Где мой заказ",
            "Здравствуйте, где мой заказ № 1001? Я жду уже две недели.",
            "Добрый день! Пришла куртка не того размера, хочу обменять её на размер M. Подскажите, пожалуйста, как оформить возврат и кто платит за доставку?\n\nС уважением,\nАнна",
        ),
    ),
    (
        "koi8_u cp1251",
        (
            "Де моє замовлення",
            "Доброго дня, де моє замовлення №1001? Чекаю вже два тижні.",
            "Вітаю! Мені надійшла куртка не того розміру, хочу обміняти її. Підкажіть, будь ласка, як оформити повернення?\n\nЗ повагою,\nОлена",
        ),
    ),
    (
        "cp1251",
        (
            "Къде е поръчката ми",
            "Здравейте, къде е поръчката ми 1001? Чакам вече две седмици.",
            "Добър ден, получих грешен размер на якето и искам да го сменя. Моля, кажете как да го върна и кой плаща доставката.",
        ),
    ),
    (
        "gb18030",
        (
            "我的订单在哪里",
            "您好,我的订单1001什么时候发货?已经等了两个星期了。",
            "你好!我收到的外套尺码不对,想换成M码。请问怎么办理退货,运费由谁承担?\n\n谢谢\n王芳",
        ),
    ),
    (
        "big5",
        (
            "我的訂單在哪裡",
            "您好,我的訂單1001什麼時候出貨?已經等了兩個星期了。",
            "你好!我收到的外套尺寸不對,想換成M號。請問怎麼辦理退貨,運費由誰負擔?\n\n謝謝\n王芳",
        ),
    ),
    (
        "cp932 euc_jp iso2022_jp",
        (
            "注文の状況について",
            "お世話になっております。注文番号1001の商品がまだ届きません。",
            "こんにちは。先日購入したジャケットのサイズが合わないので、Mサイズに交換したいです。返品の手続きと送料について教えてください。\n\nよろしくお願いいたします。\n田中",
        ),
    ),
    (
        "cp932 euc_jp",
        (
            "ジャケットのサイズ交換",
            "キャンセルしたいのですが",
            "ログインできません。パスワードをリセットしてください。",
        ),
    ),
    (
        "cp949",
        (
            "주문 상태 문의",
            "안녕하세요, 주문번호 1001 상품이 아직 도착하지 않았습니다.",
            "안녕하세요. 지난주에 산 재킷의 사이즈가 맞지 않아 M 사이즈로 교환하고 싶습니다. 반품 절차와 배송비를 알려 주세요.\n\n감사합니다.\n김민지",
        ),
    ),
    (
        "cp1256 iso8859_6",
        (
            "أين طلبي",
            "مرحبا، أين طلبي رقم 1001؟ أنتظر منذ أسبوعين.",
            "السلام عليكم، وصلني المعطف بمقاس غير صحيح وأريد استبداله. كيف يمكنني إرجاعه ومن يدفع تكلفة الشحن؟\n\nشكرا\nفاطمة",
        ),
    ),
    (
        "cp1256",
        (
            "سفارش من کجاست",
            "سلام، سفارش 1001 من کجاست؟ دو هفته است که منتظرم.",
            "سلام، کاپشنی که فرستاديد اندازه ام نيست و مي خواهم آن را عوض کنم. لطفا بگوييد چطور برگردانم و هزينه ارسال با کيست؟",
        ),
    ),
    (
        "cp1255 iso8859_8",
        (
            "איפה ההזמנה שלי",
            "שלום, איפה ההזמנה שלי מספר 1001? אני מחכה כבר שבועיים.",
            "שלום רב, קיבלתי מעיל במידה לא נכונה ואני רוצה להחליף אותו. איך מחזירים ומי משלם על המשלוח?\n\nתודה\nדנה",
        ),
    ),
    (
        "cp1253 iso8859_7",
        (
            "Πού είναι η παραγγελία μου",
            "Καλημέρα, πού είναι η παραγγελία μου 1001; Περιμένω δύο εβδομάδες.",
            "Καλησπέρα σας, έλαβα το μπουφάν σε λάθος μέγεθος και θέλω να το αλλάξω. Πώς γίνεται η επιστροφή και ποιος πληρώνει τα μεταφορικά;",
        ),
    ),
    (
        "cp874",
        (
            "คำสั่งซื้อของฉันอยู่ที่ไหน",
            "สวัสดีค่ะ คำสั่งซื้อหมายเลข 1001 ยังไม่ได้รับสินค้า",
            "สวัสดีค่ะ เสื้อแจ็คเก็ตที่ได้รับไซส์ไม่ถูกต้อง อยากเปลี่ยนเป็นไซส์ M ต้องคืนสินค้าอย่างไร ขอบคุณค่ะ",
        ),
    ),
    (
        "cp1254",
        (
            "Siparişim nerede",
            "Merhaba, 1001 numaralı siparişim nerede? İki haftadır bekliyorum.",
            "İyi günler, gelen ceketin bedeni yanlış, değiştirmek istiyorum. İade işlemini nasıl yapacağım ve kargo ücretini kim ödüyor?\n\nTeşekkürler\nAyşe",
        ),
    ),
    (
        "cp1250 iso8859_2",
        (
            "Gdzie jest moje zamówienie",
            "Dzień dobry, gdzie jest moje zamówienie nr 1001? Czekam już dwa tygodnie.",
            "Dzień dobry, otrzymałam kurtkę w złym rozmiarze i chciałabym ją wymienić. Proszę o informację, jak zwrócić towar i kto płaci za przesyłkę.\n\nPozdrawiam,\nMałgorzata",
        ),
    ),
    (
        "cp1250 iso8859_2",
        (
            "Kde je moje objednávka",
            "Dobrý den, kde je moje objednávka 1001? Čekám už dva týdny.",
            "Dobrý den, přišla mi bunda ve špatné velikosti a chtěla bych ji vyměnit. Jak mám zboží vrátit a kdo platí poštovné? Děkuji, Šárka Nováková",
        ),
    ),
    (
        "cp1250 iso8859_2",
        (
            "Hol van a rendelésem",
            "Jó napot, hol van az 1001 számú rendelésem? Két hete várok.",
            "Tisztelt Ügyfélszolgálat! Rossz méretű kabátot kaptam, szeretném kicserélni. Hogyan küldhetem vissza, és ki fizeti a szállítást? Köszönöm, Győző",
        ),
    ),
    (
        "cp1252 iso8859_1 iso8859_15",
        (
            "Größe ändern",
            "Hallo, wo bleibt meine Bestellung 1001? Ich warte schon zwei Wochen. Grüße",
            "Guten Tag, die Jacke passt leider nicht, ich möchte sie gegen Größe M umtauschen. Wie läuft die Rücksendung, und wer trägt die Kosten?\n\nMit freundlichen Grüßen\nJörg Müller",
        ),
    ),
    (
        "cp1252 iso8859_1",
        (
            "Où est ma commande ?",
            "Bonjour, où en est ma commande 1001 ? J'attends depuis deux semaines déjà.",
            "Bonjour, j'ai reçu la veste dans une mauvaise taille et je voudrais l'échanger. Comment procéder au retour et qui paie les frais ? Merci d'avance, Hélène",
        ),
    ),
    (
        "cp1252",
        (
            "¿Dónde está mi pedido?",
            "Hola, ¿dónde está mi pedido 1001? Llevo dos semanas esperando.",
            "Buenos días, recibí la chaqueta en una talla equivocada y quisiera cambiarla. ¿Cómo hago la devolución y quién paga el envío? Gracias, Íñigo Peña",
        ),
    ),
    (
        "cp1252",
        (
            "Onde está a minha encomenda",
            "Olá, não recebi a encomenda 1001. Estou à espera há duas semanas.",
            "Bom dia, recebi o casaco no tamanho errado e gostaria de trocá-lo. Como faço a devolução e quem paga o frete? Obrigada, Conceição",
        ),
    ),
    (
        "cp1252",
        (
            "Var är min beställning",
            "Hej, var är min beställning 1001? Jag har väntat i två veckor.",
            "Hej! Jackan jag fick har fel storlek och jag vill byta den. Hur gör jag en retur och vem betalar frakten? Hälsningar, Åsa",
        ),
    ),
    (
        "cp1252",
        (
            "I paid £20 – why?",
            "Hi, I’ve been charged €30 twice for order 1001 – please help.",
            "Hello, the jacket doesn’t fit – I’d like to swap it for a “medium”. What do I do?",
        ),
    ),
)


def cases() -> Iterator[tuple[str, str]]:
    """Texts with a codec that has all their characters."""
    for codecs, texts in TEXTS:
        for codec in codecs.split():
            for text in texts:
                yield text.encode(codec, "ignore").decode(codec), codec
