"""What mail programs call a folder, in many languages. Data: add a language by adding its names."""

SENT_NAMES = frozenset(
    name.strip()
    for name in """
    sent|sent items|sent mail|sent messages|gesendet|gesendete objekte|gesendete elemente|gesendete nachrichten|envoyés|éléments envoyés
    messages envoyés|courrier envoyé|enviados|elementos enviados|mensajes enviados|correo enviado|itens enviados|mensagens enviadas|enviadas|enviada
    inviati|inviata|posta inviata|messaggi inviati|verzonden|verzonden items|verzonden berichten|skickat|skickade|skickade objekt|sendt|sendte
    sendte elementer|sendt post|sendt mail|lähetetyt|lähetetyt viestit|wysłane|elementy wysłane|wiadomości wysłane|odeslané|odeslaná pošta|odoslané
    odoslaná pošta|elküldött|elküldött elemek|elküldött levelek|trimise|mesaje trimise|изпратени|отправленные|надіслані|відправлені|poslano|poslane
    gönderilmiş|gönderilmiş öğeler|gönderilenler|gönderilmiş postalar|απεσταλμένα|ارسال شده|ارسال‌شده|فرستاده‌شده|المرسلة|البريد المرسل|العناصر المرسلة
    נשלחו|דואר שנשלח|פריטים שנשלחו|送信済み|送信済みアイテム|送信済みメール|已发送|已发送邮件|已傳送郵件|寄件備份|보낸편지함|보낸 편지함|보낸메일함|đã gửi|ส่งแล้ว|terkirim
    """.replace("\n", "|").split("|")
) - {""}
"""Of sent mails, where the server marks no folder (RFC 6154); compared in lower case."""
